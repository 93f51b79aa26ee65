"""Documents made by hand, each as small as its form allows. All invented."""
