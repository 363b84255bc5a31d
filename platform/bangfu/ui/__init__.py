"""The interface: base pages, components, menu and the assets they need."""
