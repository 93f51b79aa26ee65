"""The commands of `doleances`, one module for each matter."""
