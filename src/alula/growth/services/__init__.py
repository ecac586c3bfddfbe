"""Every write of growth, as a named intent that checks the actor's right and leaves a statement. A file a part."""
