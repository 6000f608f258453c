"""The kiosk phone beside the scanner: its own process (pjsua2), talks to the API."""
