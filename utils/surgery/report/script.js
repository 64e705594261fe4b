/* Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// the device, the DNN that a figure shows
document.querySelectorAll('select[data-choose]').forEach(function (choice) {
  function show() {
    choice.closest('figure').querySelectorAll('[data-view]').forEach(function (part) {
      part.hidden = part.dataset.view !== choice.value;
    });
  }
  choice.addEventListener('change', show);
  show();
});
// on paper, what was closed is missing
var printed = [];
window.addEventListener('beforeprint', function () {
  printed = document.querySelectorAll('details[data-print]:not([open])');
  printed.forEach(function (part) { part.open = true; });
});
window.addEventListener('afterprint', function () {
  printed.forEach(function (part) { part.open = false; });
});
// tables that are wider than the screen
function hint() {
  document.querySelectorAll('.scroll').forEach(function (part) {
    var left = part.scrollWidth - part.clientWidth - part.scrollLeft;
    part.classList.toggle('more', left > 1);
    part.previousElementSibling.hidden = part.scrollWidth <= part.clientWidth + 1;
  });
}
document.querySelectorAll('.scroll').forEach(function (part) {
  part.addEventListener('scroll', hint);
  part.closest('details') && part.closest('details').addEventListener('toggle', hint);
});
window.addEventListener('resize', hint);
hint();
// the scheduler that is looked into
var buttons = document.querySelectorAll('button[data-show]');
buttons.forEach(function (button) {
  button.addEventListener('click', function () {
    buttons.forEach(function (other) {
      var is = other === button;
      other.setAttribute('aria-pressed', is);
      document.getElementById(other.dataset.show).hidden = !is;
    });
  });
});
