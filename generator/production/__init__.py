"""What a mill is handed, made from separations: larger index maps, screens, drawings, swatch sheets."""
