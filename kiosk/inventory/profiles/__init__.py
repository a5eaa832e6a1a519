"""Profiles of law and policy by place: limits, label elements, record retention, certificates."""

from kiosk.inventory.profiles.certificate import (
    Certificate,
    CertificateFinding,
    Result,
    Standing,
    check_certificate,
)
from kiosk.inventory.profiles.loading import DEFAULT, UnknownProfile, profile, profiles
from kiosk.inventory.profiles.model import Profile

__all__ = [
    "DEFAULT",
    "Certificate",
    "CertificateFinding",
    "Profile",
    "Result",
    "Standing",
    "UnknownProfile",
    "check_certificate",
    "profile",
    "profiles",
]
