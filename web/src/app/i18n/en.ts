export default {
  app: {
    name: "Alula",
    home: "Alula, back to today",
    skip: "Skip to content",
    places: "Main places",
    offline: "You are offline. What is open stays open and goes on when the network is back.",
    place: { learn: "Learn", growth: "Growth", admin: "Admin" },
    section: {
      today: "Today",
      practise: "Practise",
      practice: "My practice",
      team: "Team",
      people: "People",
      units: "Units",
      me: "Me",
    },
    shortcut: {
      title: "Keyboard shortcuts",
      search: "Search this page",
      help: "Show this list",
      on: "Use shortcuts",
    },
    missing: {
      name: "Not found",
      title: "There is no such page",
      why: "It may have been deleted, or you may not have access to it.",
      home: "Back to today",
    },
    broken: {
      title: "This page did not work",
      fault: "Nothing you entered elsewhere is affected. Open it again; if it still fails, tell your administrator.",
      new_version: "Alula was updated",
      outdated: "Open the page again to use the new version.",
      reload: "Open again",
      start: "Go to the start",
    },
  },
}
