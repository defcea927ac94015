"""Forms people submit, one file each."""
