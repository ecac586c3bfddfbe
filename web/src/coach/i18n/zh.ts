export default {
  coach: {
    scenario: { name: "场景" },
    room_name: "陪练",
    report_name: "报告",
  },
}
