"""Charts as inline SVG and HTML: themed by the page's style sheet, readable without colour and without a picture."""
