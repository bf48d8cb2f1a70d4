// Filled by its first content.
