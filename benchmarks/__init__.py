"""Measures how fast the guidance is, beside two general rule engines. No part of the product: `make bench`."""
