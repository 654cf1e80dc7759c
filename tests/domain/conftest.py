from hypothesis import settings

# No deadline: on a busy machine it would say nothing about the rules.
settings.register_profile("domain", deadline=None, print_blob=True)
settings.load_profile("domain")
