// Accounts: looking for one in the list, fields that a role does not have, copying a secret. All works without it.

const OWN_TEAMS = ["member", "lead"];
const MACHINES = ["kiosk", "scanner"];

/** Only the rows that fit; how many is told politely. */
function sift(form, rows) {
  const text = form.querySelector("#sift-text").value.trim().toLocaleLowerCase();
  const role = form.querySelector("#sift-role").value;
  let count = 0;
  for (const row of rows) {
    const fits = (!role || row.dataset.role === role) && row.textContent.toLocaleLowerCase().includes(text);
    row.hidden = !fits;
    count += fits ? 1 : 0;
  }
  const told = count === 1 ? form.dataset.one : form.dataset.some;
  document.getElementById("sifted").textContent = told.replace("{count}", count);
}

function siftable(form, rows) {
  const roles = new Map(rows.map((row) => [row.dataset.role, row.cells[1].textContent]));
  const options = [...roles].map(([value, label]) => new Option(label, value));
  form.querySelector("#sift-role").append(...options.sort((a, b) => a.label.localeCompare(b.label)));
  form.hidden = false;
  form.addEventListener("input", () => sift(form, rows));
  form.addEventListener("submit", (sent) => sent.preventDefault());
}

/** A role without own teams shows no teams; a machine has a token, whatever is chosen. */
function fit(form) {
  const role = form.elements.role.value;
  for (const part of form.querySelectorAll(".own-teams")) part.hidden = !OWN_TEAMS.includes(role);
  for (const part of form.querySelectorAll(".desk")) part.hidden = MACHINES.includes(role);
  const proofs = form.querySelector(".proofs");
  if (!proofs) return;
  proofs.hidden = MACHINES.includes(role);
  const chosen = form.querySelector(".chosen");
  chosen.hidden = form.elements.proof.value !== "password";
  form.elements.password.required = !chosen.hidden && !proofs.hidden;
}

const list = document.getElementById("sift");
const rows = [...document.querySelectorAll("#accounts tbody tr")];
if (list && rows.length > 1) siftable(list, rows);

for (const form of document.querySelectorAll(".account-form")) {
  form.addEventListener("input", () => fit(form));
  fit(form);
}

const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const secret = document.getElementById("secret");
    secret.select();
    await navigator.clipboard.writeText(secret.value);
    copy.textContent = copy.dataset.done;
  });
}
