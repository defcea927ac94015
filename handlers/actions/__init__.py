"""Buttons, one file each; a button grants nothing: rights are looked up when the click lands."""
