"""Kiosk phones: who has scanned beside one, what they are offered there, and how the phone fares."""
