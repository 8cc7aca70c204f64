"""The bench: what `counterfoil bench` measures, and what each figure is held against."""
