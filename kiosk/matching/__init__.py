"""The colour core: two tones in, a recipe with its interval and a mixing plan out.

Pure: arrays and numbers in, arrays and frozen dataclasses out. The only file read is the packaged
set of constants, or the one a studio names.
"""
