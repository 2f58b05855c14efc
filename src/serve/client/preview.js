// The script of the preview.
