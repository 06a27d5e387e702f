use guardian::display::{Kept, keep};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let kept = match args[2].as_str() { "--display" => Kept::Given(args[3].clone()), _ => { let (w,h)=args[3].split_once('x').unwrap(); Kept::Private{width:w.parse().unwrap(),height:h.parse().unwrap()} } };
    std::process::exit(keep(&kept).into());
}
