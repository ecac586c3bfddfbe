"""What goes to a bank with an enquiry: put together from a firm's facts, pure, and printed."""
