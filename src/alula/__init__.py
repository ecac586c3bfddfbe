"""Alula (小翼): the platform with which a company trains its people and grows itself."""

__version__ = "0.1.0"
