"""The swatch card of a pigment lot: strength, undertone, and a test of the ink itself."""
