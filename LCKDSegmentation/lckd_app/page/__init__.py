"""The widgets of the page, part by part; `lckd_app.content` fills them, `lckd_app.actions` hears them."""
