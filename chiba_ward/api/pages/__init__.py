"""Screens of the integrations: permitting and stopping tokens, notifications, and drawing one's own token."""
