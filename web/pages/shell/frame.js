// On every page: what was done is told at the bottom, politely, and can be undone there.
import "./told.js";
