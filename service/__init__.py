"""The Flask service and the command line of wiretwin."""
