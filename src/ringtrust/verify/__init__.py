"""Looks again through observe and judges whether the act happened and the phones came back."""
