// Elements made without markup: texts stay texts.

/** An element with its attributes (`text`, `class`, `on` {event: act}, `data` {name: value}) and children. */
export function make(tag, told = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) put(made, name, value);
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

function put(made, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") made.textContent = value;
  else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
  else if (name === "data") Object.assign(made.dataset, value);
  else made.setAttribute(name, value === true ? "" : value);
}

/** Set a text only if it is another: the screen, and whoever reads it aloud, is left alone else. */
export function say(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

/** Bring children into this order, moving as few as possible; whoever has the focus keeps it. */
export function arrange(parent, wanted) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  wanted.forEach((each, place) => {
    if (parent.children[place] !== each) parent.insertBefore(each, parent.children[place] ?? null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild.remove();
  if (focused && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}
