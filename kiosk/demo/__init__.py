"""The whole kiosk with nothing to configure: a simulated unit and a throw-away clinic.

Everything between the unit's bytes and the ledger is the real program; only the colorimeter and
the hand that holds it are simulated.
"""
