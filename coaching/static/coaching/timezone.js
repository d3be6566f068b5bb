// Fills in the device's time zone. Without this script the server keeps its default.
document.addEventListener("DOMContentLoaded", () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  document.querySelectorAll('input[type="hidden"][name="timezone"]').forEach((input) => {
    input.value = zone;
  });
});
