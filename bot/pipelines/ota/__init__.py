"""An update over the air: proved, agreed to, published, rolled out, watched, taken back."""
