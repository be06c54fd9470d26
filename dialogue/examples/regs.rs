use dialogue::Rules;
fn main() {
    let rules = Rules::from_folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
    for e in std::fs::read_dir("/work/shared/data/party_regs_texts").unwrap() {
        let p = e.unwrap().path();
        let t = std::fs::read_to_string(&p).unwrap();
        let at = std::time::Instant::now();
        let s = rules.suspicious(&t);
        println!("{:?} {} bytes {:?} {}", p.file_name(), t.len(), at.elapsed(), s.len());
        for r in s.iter().take(12) {
            println!("   {}", &t[r.clone()].chars().take(150).collect::<String>());
        }
    }
}
