"""The commands of ``wiretwin``, one room each."""
