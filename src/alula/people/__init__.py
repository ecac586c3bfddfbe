"""People: tenants, the tree of units, persons, what their roles let them see, sign-in, consent, audit.

Words
  tenant      a customer of the platform: a firm, an agency (city office, association) or the operator
  unit        a node of the tenant's tree, found by its materialised path ("/3f2a/91bc/")
  user        a sign-in; one human, perhaps a person in several tenants
  person      a user inside one tenant; what the record calls the actor
  membership  a role of a person for a unit and everything below it
  consent     what a person allowed (voice_analysis, voice_recording), when, and when it was withdrawn

Must never: let a row of one tenant be reached by another (`visible_to(actor)` is the only way in); say
whether something that may not be seen exists.
"""
