// Runs before the first paint, so it is no module and waits for nothing: a
// reader of the dark theme is not flashed at. `rememberTheme` wrote this down.
document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'auto';
