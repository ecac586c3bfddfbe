"""The scenarios that Alula ships, one YAML file each; under `talks`, example talks held with them."""
