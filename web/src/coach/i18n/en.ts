export default {
  coach: {
    scenario: { name: "Scenario" },
    room_name: "Practice talk",
    report_name: "Report",
  },
}
