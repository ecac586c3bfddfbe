export default {
  app: {
    name: "小翼",
    home: "小翼，回到今天",
    skip: "跳到正文",
    places: "主要位置",
    offline: "网络已断开。已经打开的内容还在，恢复后会自动继续。",
    place: { learn: "学习", growth: "成长", admin: "管理" },
    section: {
      today: "今天",
      practise: "陪练",
      practice: "我的练习",
      team: "团队",
      people: "人员",
      units: "部门",
      me: "我",
    },
    shortcut: {
      title: "键盘快捷键",
      search: "搜索本页",
      help: "显示这张表",
      on: "启用快捷键",
    },
    missing: {
      name: "没有找到",
      title: "这里没有这一页",
      why: "它可能已被删除，或者不在您的权限范围内。",
      home: "回到今天",
    },
    broken: {
      title: "这一页出错了",
      fault: "您填写过的内容没有受影响。请重新打开；如果仍然出错，请告诉管理员。",
      new_version: "小翼已更新",
      outdated: "重新打开即可使用新版本。",
      reload: "重新打开",
      start: "回到首页",
    },
  },
}
