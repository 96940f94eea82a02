"""Data of Climate CoLab's size, made in bulk: what months of use leave behind, without the months."""
