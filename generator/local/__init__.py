"""A diffusion model of the house's own: a folder in the layout of diffusers, quantised to inks.

folder     what a usable folder is, and its digest
loading    its pipeline, checked and closed on the torus
pipeline   the generator that draws with it
flat       a continuous picture as separations
"""
