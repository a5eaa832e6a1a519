"""From raw readings to a colour one may trust: white and black, repeats, outliers, spread."""
