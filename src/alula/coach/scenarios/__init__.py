"""The scenarios that Alula ships, one YAML file each; under `talks`, recorded example talks held with them."""
