"""What a scenario file holds (`model`), how it is read and refused (`load`), and its published JSON Schema (`schema`)."""
