//! Questions made whole by a model.

use scripted_model::{Reply, Server, Step};

use super::*;

fn before() -> Vec<Exchange> {
    vec![Exchange {
        question: "预备党员的预备期是什么？".into(), answer: "预备期是考察预备党员的一段时间。".into()
    }]
}

async fn condensed(reply: Reply) -> Option<String> {
    let world = World::one().await;
    let server = Server::start([reply]).await.expect("a server");
    let condensed = world.writer(&[server.url()]).condense("那需要几年？", &before()).await;
    let sent = server.asked()[0].body["messages"][1]["content"].to_string();
    assert!(sent.contains("那需要几年") && sent.contains("考察预备党员"), "{sent}");
    condensed
}

#[tokio::test]
async fn a_question_is_made_whole_or_left_to_the_rules() {
    let whole = condensed(Reply::text("“预备党员的预备期需要几年？”\n")).await;
    assert_eq!(whole.as_deref(), Some("预备党员的预备期需要几年？"));
    for bad in [
        Reply::text("预备期为一年，请放心。感谢您的咨询，祝您工作顺利。"),
        Reply::text("好的，改写如下：\n预备党员的预备期需要几年？"),
        Reply::text(&"预备党员的预备期需要几年？".repeat(20)),
        Reply::text(""),
        Reply::refuse(500, "down"),
        Reply::Speak(vec![Step::Say("预备党员的".into()), Step::Close]),
        Reply::Silence,
    ] {
        assert_eq!(condensed(bad.clone()).await, None, "{bad:?}");
    }
}
