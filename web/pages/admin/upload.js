// A directory on its way to the router: the file itself as the body, so that nothing of it is in memory; progress.

const form = document.getElementById("upload-form");
const file = document.getElementById("file");
const button = document.getElementById("send");
const trouble = document.getElementById("send-trouble");
const bar = document.getElementById("sent");

/** Nothing is under way: `sentence` says why, in English if it is the API's own. */
function rest(sentence, own = "") {
  document.getElementById("sending").hidden = true;
  button.disabled = file.disabled;
  trouble.lang = own ? "en" : document.documentElement.lang;
  trouble.textContent = own || sentence;
}

/** The sentence of a problem document; empty for another answer. */
function detail(request) {
  try {
    return JSON.parse(request.responseText).detail ?? "";
  } catch {
    return "";
  }
}

/** Send it; XMLHttpRequest, as fetch tells no progress of what is sent. */
function send(chosen, isDry) {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/v1/directory?dry_run=${isDry}`);
  request.setRequestHeader("Content-Type", "text/csv");
  request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf"]').content);
  request.upload.addEventListener("progress", (told) => {
    if (told.lengthComputable) bar.value = Math.round((100 * told.loaded) / told.total);
  });
  request.addEventListener("error", () => rest(form.dataset.lost));
  request.addEventListener("load", () => {
    if (request.status === 202) location.assign("/admin/directory#upload");
    if (request.status === 202) location.reload();
    else rest(form.dataset.lost, detail(request));
  });
  request.send(chosen);
}

button.disabled = file.disabled;
form.addEventListener("submit", (sent) => {
  sent.preventDefault();
  if (!file.files[0] || button.disabled) return;
  trouble.textContent = "";
  bar.value = 0;
  button.disabled = true;
  document.getElementById("sending").hidden = false;
  document.getElementById("sending-words").textContent = form.dataset.sending;
  send(file.files[0], form.elements.dry.checked);
});
