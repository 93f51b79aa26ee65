"""The pages, one module for each area of the desk."""
