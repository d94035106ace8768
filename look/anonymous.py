"""The portrait of somebody whose name is not told: a figure in the dark of the house, behind a mask."""

ANONYMOUS_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
    '<defs><radialGradient id="g" cx=".5" cy=".08" r="1.05"><stop stop-color="#8d7fa8"/>'
    '<stop offset="1" stop-color="#231832"/></radialGradient></defs>'
    '<path d="M0 0h96v96H0z" fill="url(#g)"/>'
    '<path d="M10 104c3-26 16-36 38-36s35 10 38 36Z" fill="#150d20"/>'
    '<path d="M48 20c-17 0-25 13-25 29 0 17 10 28 25 28s25-11 25-28c0-16-8-29-25-29Z" fill="#1d1228"/>'
    '<path d="M31 44c6-5 12-5 17 0 5-5 11-5 17 0 0 10-12 13-17 5-5 8-17 5-17-5Z" fill="#f4bd3f"/>'
    '<circle cx="39.5" cy="46.5" r="2.6" fill="#1d1228"/><circle cx="56.5" cy="46.5" r="2.6" fill="#1d1228"/>'
    "</svg>"
)
