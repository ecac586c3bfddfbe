"""The scenarios that Alula ships: one YAML file each, and under `talks` recorded example talks held with them."""
