"""Rules about people, one module a subject: members, invitations, tokens, sign-in."""
