"""Rehabilitation of transient migratory osteoporosis, followed from the phone of a patient to the desk of a clinic."""
